"""Small HDF5 files as h5py writes them, for the tests of ZooWeights.

Run: python Scripts/goldens/hdf5_files.py Tests/ZooWeightsTests/Goldens
Made with h5py 3.16.0 (HDF5 2.0.0), hdf5plugin 7.1.0.
"""
import base64
import io
import json
import pathlib
import sys

import h5py
import hdf5plugin
import numpy

ARRAY = numpy.arange(6, dtype="f4").reshape(2, 3)


def file(make, **options):
    stream = io.BytesIO()
    with h5py.File(stream, "w", **options) as f:
        make(f)
    return base64.b64encode(stream.getvalue()).decode()


def soft(f):
    f["shared/kernel"] = ARRAY
    f["conv/kernel"] = h5py.SoftLink("/shared/kernel")
    f["conv/bias"] = ARRAY[0]
    f["gone"] = h5py.SoftLink("/nowhere")


def named(f):
    f["conv/kernel"] = ARRAY
    f["number"] = numpy.dtype("f4")


def external(f):
    f["conv/kernel"] = h5py.ExternalLink("other.h5", "/x")


def through(f):
    f["elsewhere/deep"] = h5py.ExternalLink("other.h5", "/")
    f["conv/kernel"] = h5py.SoftLink("/elsewhere/deep/x")


def ring(f):
    f["conv/kernel"] = ARRAY
    f["conv/up"] = h5py.SoftLink("/")


def plain(f):
    f["conv/kernel"] = ARRAY


def packed(**options):
    return lambda f: f.create_dataset("conv/kernel", data=ARRAY, **options)


FILES = {
    "soft": file(soft), "named": file(named), "external": file(external), "through": file(through), "ring": file(ring),
    "user block": file(plain, userblock_size=1024), "newer": file(packed(compression="gzip"), libver="latest"),
    "blosc": file(packed(**hdf5plugin.Blosc())), "zstd": file(packed(**hdf5plugin.Zstd())),
}
head = {"script": "Scripts/goldens/hdf5_files.py",
        "library": f"h5py {h5py.__version__}, HDF5 {h5py.version.hdf5_version}, hdf5plugin {hdf5plugin.version}"}
(pathlib.Path(sys.argv[1]) / "hdf5.json").write_text(json.dumps({**head, "files": FILES}, indent=0) + "\n")
