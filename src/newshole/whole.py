"""Text files that are there whole or not at all, and untouched when nothing in them changes."""

from pathlib import Path


def write_whole(path: Path, text: str, *, newline: str = "\n") -> bool:
    """Write ``text`` as UTF-8, its LFs as ``newline``; False if the file is that already."""
    data = text.replace("\n", newline).encode()
    if path.is_file() and path.read_bytes() == data:
        return False
    partial = path.with_name(f"{path.name}.tmp")
    partial.write_bytes(data)
    partial.replace(path)
    return True
