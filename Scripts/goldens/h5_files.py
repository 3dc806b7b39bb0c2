"""Makes the HDF5 files of `zoo h5 doctor`'s tests: Scripts/goldens/h5_files.py Tests/ZooWeightsTests/Goldens/h5

h5py 3.16.0 (HDF5 2.0.0), PyTables 3.11.1, hdf5storage 0.2.2, NumPy 2.4.6.
"""
import os, sys
import h5py, hdf5storage, numpy as np, tables

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
def path(name): return os.path.join(folder, name)
vectors = np.arange(12, dtype="f4").reshape(4, 3)

with h5py.File(path("links.h5"), "w") as f:
    f["vectors"] = vectors
    f["group/packed"] = f.create_dataset("packed", data=vectors, compression="gzip", shuffle=True, fletcher32=True)
    f["soft"] = h5py.SoftLink("/vectors")
    f["lost"] = h5py.SoftLink("/nowhere")
    f["outside"] = h5py.ExternalLink("other.h5", "/x")
    f["group/ring"] = f["group"]
    f["flags"] = np.array([True, False])
    f["words"] = ["one", "two"]
    f.create_dataset("lzf", data=np.zeros(100, "f4"), compression="lzf")
with h5py.File(path("latest.h5"), "w", libver="latest") as f:
    f["plain"] = vectors
    f.create_dataset("packed", data=vectors, compression="gzip")
with h5py.File(path("keras2.h5"), "w") as f:
    f.attrs["keras_version"] = "2.15.0"
    f.attrs["backend"] = "tensorflow"
    f.attrs["model_config"] = '{"class_name": "Sequential", "config": {"layers": []}}'
    f["model_weights/dense/dense/kernel:0"] = vectors
with h5py.File(path("keras3.weights.h5"), "w") as f:
    f["layers/dense/vars/0"] = vectors
with tables.open_file(path("pytables.h5"), "w") as f:
    class Row(tables.IsDescription):
        a = tables.Int32Col()
        b = tables.Float64Col()
    f.create_table("/", "plain", Row, chunkshape=16)
    row = f.root.plain.row
    row["a"], row["b"] = 1, 2.5
    row.append()
    f.create_carray("/", "blosc", obj=np.zeros((20, 3), "f4"), chunkshape=(20, 3), filters=tables.Filters(5, "blosc"))
hdf5storage.savemat(path("matlab.mat"), {"v": vectors.astype("f8")}, format="7.3", store_python_metadata=False)
