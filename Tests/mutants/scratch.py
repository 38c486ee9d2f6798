"""A copy of the package, to build mutants in."""

import shutil
import subprocess

import schemata
from lists import PACKAGE


class Scratch:
    """A copy without `treatAllWarnings`: what a mutant leaves unused is no reason not to build it. Given mutants, it has
    all of them.
    """

    def __init__(self, folder, mutants=()):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        package = (PACKAGE / "Package.swift").read_text().replace("  .treatAllWarnings(as: .error),\n", "")
        self.write(folder / "Package.swift", package.encode())
        if (PACKAGE / "Package.resolved").exists():
            shutil.copy(PACKAGE / "Package.resolved", folder)
        links = [path.relative_to(PACKAGE) for path in (PACKAGE / "Sources").rglob("*") if path.is_symlink()]
        for name in ["Tests", "Traces", "Spec", *links]:
            link = folder / name
            if not link.is_symlink():
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to((PACKAGE / name).resolve())
        files = {str(path.relative_to(PACKAGE)): path for path in (PACKAGE / "Sources").rglob("*") if path.is_file()}
        contents = {path: file.read_bytes() for path, file in files.items()}
        contents |= {path: text.encode() for path, text in schemata.copies(PACKAGE, mutants).items()}
        for path in list((folder / "Sources").rglob("*")):
            if path.is_file() and str(path.relative_to(folder)) not in contents:
                path.unlink()
        for path, content in sorted(contents.items()):
            self.write(folder / path, content)

    @staticmethod
    def write(path, content):
        """Leaves a file that is the same as it is, so that nothing is built again for it."""
        if not path.is_file() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def build(self, configuration="debug"):
        done = subprocess.run(
            ["swift", "build", "-c", configuration, "--product", "conclave", "--disable-index-store",
             "-debug-info-format", "none"],
            cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode == 0:
            return str(self.folder / f".build/{configuration}/conclave"), ""
        errors = [line for line in done.stdout.splitlines() if "error:" in line]
        return None, "\n".join(errors[:3]) or done.stdout[-500:]
