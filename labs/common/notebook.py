"""Runs the code cells of a notebook in one namespace, like a module. An error says its cell."""
import json
import sys
import traceback


def plain_source(source, number):
    """The cell as Python. Without IPython a line that begins with % or ! is left out, aloud."""
    try:
        from IPython.core.inputtransformer2 import TransformerManager
        return TransformerManager().transform_cell(source)
    except ImportError:
        kept = []
        for line in source.splitlines():
            if line.lstrip().startswith(("%", "!")):
                print(f"cell {number}: left out, for want of IPython: {line}", file=sys.stderr)
                line = ""
            kept.append(line)
        return "\n".join(kept) + "\n"


def run(path):
    with open(path, encoding="utf-8") as file:
        notebook = json.load(file)
    namespace = {"__name__": "__main__"}
    cells = (cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    for number, cell in enumerate(cells, 1):
        source = "".join(cell["source"])
        try:
            exec(compile(plain_source(source, number), f"{path}, cell {number}", "exec"), namespace)
        except Exception:
            traceback.print_exc()
            return 1
    return 0


if len(sys.argv) != 2:
    sys.exit("usage: lab-notebook FILE.ipynb")
sys.exit(run(sys.argv[1]))
