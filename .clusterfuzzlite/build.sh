#!/bin/bash -eu
# ClusterFuzzLite builds as OSS-Fuzz does.
exec "$SRC/prong/fuzz/oss-fuzz/build.sh"
