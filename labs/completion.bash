# Completion of ./lab for bash, and for zsh by its bashcompinit. `./lab completion bash` prints it:
#   eval "$(./lab completion bash)"
# What can stand behind a command is read from the checkout whose ./lab is being typed.

_kraftlab_labs() {  # the labs by number and by name
  local folder
  for folder in "$1"/labs/[0-9][0-9]_*; do
    folder=${folder##*/}
    printf '%s\n' "${folder%%_*}"
    folder=${folder#*_}
    printf '%s\n' "${folder//_/-}"
  done
}

_kraftlab_words() {  # what may stand behind a command
  local root=$1 command=$2
  case $command in
    start | reset | grade | watch | hint | solution) _kraftlab_labs "$root" ;;
    explain)
      _kraftlab_labs "$root"
      sed -n 's/^ *{"\([0-9][0-9]\.[0-9]*\)".*/\1/p' "$root"/labs/[0-9]*/rules.cc 2>/dev/null ;;
    evidence | replay | verify) ls "${KRAFTLAB_STATE:-$root/.lab}/runs" 2>/dev/null ;;
    cluster)
      case ${COMP_WORDS[2]} in
        kill | pause | partition | heal | restart | logs)
          if ((COMP_CWORD > 2)); then
            ls "${KRAFTLAB_STATE:-$root/.lab}/cluster" 2>/dev/null | grep '^[1-9]$'
            return
          fi ;;
      esac
      if ((COMP_CWORD == 2)); then printf '%s\n' status kill pause partition heal restart logs stop reset; fi ;;
    completion) printf '%s\n' bash zsh ;;
  esac
}

_kraftlab_options() {
  case $1 in
    start) echo --in --lang ;;
    reset) echo --in --yes --lang ;;
    grade) echo --seed --runs --solution --engine --json --lang ;;
    watch) echo --seed --solution --engine --lang ;;
    verify) echo --secret-seed --solution --json --lang ;;
    evidence | replay | list) echo --json --lang ;;
    export) echo --format ;;
    up) echo --port --yes ;;
    cluster) echo --port ;;
    build | reset-broker) echo --yes ;;
    test) echo --all -k --yes ;;
    sim) echo --seeds --from --seed --seconds --nodes --shape --jobs --shrink --trace --budget --bug --bugs ;;
    bench) echo --quick --only ;;
    logs) echo -f ;;
    hint | explain | solution | progress | doctor) echo --lang ;;
  esac
}

_kraftlab_complete() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} root choices
  root=$(cd "$(dirname "$(readlink -f "${COMP_WORDS[0]/#\~/$HOME}" 2>/dev/null || echo .)")" && pwd)
  if ((COMP_CWORD == 1)); then
    choices="up down status logs reset-broker build cluster list start grade watch hint explain
      evidence replay solution reset progress export verify doctor test sim bench completion help"
  else
    case $before in
      --in) choices="cpp python go sh notebook" ;;
      --lang) choices="en ru" ;;
      --engine) choices="kraftlab kafka" ;;
      --format) choices="json csv" ;;
      --solution) COMPREPLY=($(compgen -d -- "$current")); return ;;
      --seed | --secret-seed | --runs | --port) return ;;
      *)
        if [[ $current == -* ]]; then
          choices=$(_kraftlab_options "${COMP_WORDS[1]}")
        else
          choices=$(_kraftlab_words "$root" "${COMP_WORDS[1]}")
        fi ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$choices" -- "$current"))
  if [[ ${COMP_WORDS[1]} == verify && $current != -* ]]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}

complete -F _kraftlab_complete ./lab lab
