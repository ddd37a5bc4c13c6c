"""What a run was measured on, and with."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import threadpoolctl

PACKAGES = (
    "trafilatura",
    "readability-lxml",
    "resiliparse",
    "newspaper4k",
    "jusText",
    "datatrove",
    "spacy",
    "lxml",
    "selectolax",
    "numpy",
)


def machine() -> dict[str, str | int | None]:
    """Processor, system, Python and the BLAS that numpy has loaded, with the kernels it chose."""
    blas = [
        f"{library['internal_api']} {library['version']}, kernels {library.get('architecture')}"
        for library in threadpoolctl.threadpool_info()
        if library["user_api"] == "blas"
    ]
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        # scipy may have one of its own beside numpy's.
        "blas": "; ".join(dict.fromkeys(blas)),
        "OPENBLAS_CORETYPE": os.environ.get("OPENBLAS_CORETYPE"),
    }


def processor() -> str:
    listed = Path("/proc/cpuinfo")
    for line in listed.read_text(encoding="utf-8").split("\n") if listed.exists() else ():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return platform.processor() or "unknown"


def versions() -> dict[str, str]:
    return {name: version(name) for name in PACKAGES}
