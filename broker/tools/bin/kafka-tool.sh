#!/bin/sh
# Runs the native tool that has this script's name. Finds its own tree through links, so that the
# tree can be moved and linked to.
self=$0
case $self in */*) ;; *) [ -e "$self" ] || self=$(command -v -- "$self") ;; esac
while [ -L "$self" ]; do
  link=$(readlink -- "$self")
  case $link in /*) self=$link ;; *) self=${self%/*}/$link ;; esac
done
case $self in */*) bin=${self%/*} ;; *) bin=. ;; esac
exec "$bin/../libs/kafka-tools" "${self##*/}" "$@"
