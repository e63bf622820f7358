"""Running pdflatex on a test's document."""

import subprocess


def compiled(source, folder):
    """Return the log of the second run, in which references are known."""
    (folder / "document.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-no-shell-escape", "-interaction=nonstopmode", "document.tex"]
    for _ in range(2):
        subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False)
    return (folder / "document.log").read_text(encoding="utf-8", errors="replace")


def has_file(name):
    """Does TeX find a file of this name?"""
    found = subprocess.run(["kpsewhich", name], capture_output=True, timeout=60, check=False)
    return found.returncode == 0
