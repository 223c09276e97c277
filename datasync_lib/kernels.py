"""The Python that notebooks run in: the one that runs us, whatever is registered on the machine."""

import os
from pathlib import Path

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpec, KernelSpecManager

_PACKAGE_FOLDER = Path(__file__).resolve().parent.parent


class ThisPython(KernelSpecManager):
    """The kernel `python3` is the Python that runs us, also where conda or the user registered another; others stay."""

    def find_kernel_specs(self) -> dict[str, str]:
        """The folders of the kernels that there are, by name."""
        return super().find_kernel_specs() | {NATIVE_KERNEL_NAME: RESOURCES}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """How a kernel is started."""
        if kernel_name.lower() == NATIVE_KERNEL_NAME:
            return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())
        return super().get_kernel_spec(kernel_name)


def kernel_environment() -> dict[str, str]:
    """What a kernel inherits, with our package found from any folder, also when it is not installed."""
    paths = [str(_PACKAGE_FOLDER), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    paths = list(dict.fromkeys(str(Path(path).resolve()) for path in paths))
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
