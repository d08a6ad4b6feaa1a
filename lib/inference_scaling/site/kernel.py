"""The environment in which every number of the book is computed. Imports nothing: it is read before NumPy is loaded."""

# Floating-point results may differ in the last digit with the number of threads and the processor's
# instruction set. What is trained depends on them in its first digits.
ARITHMETIC = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_CORETYPE": "Haswell",
    # NumPy's own loops: what newer processors have beyond AVX2 gives other last digits.
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
}

# Hashes and messages differ with seed and language.
KERNEL = {
    **ARITHMETIC,
    "PYTHONHASHSEED": "0",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "INFERENCE_SCALING_OUTPUT": "data",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
