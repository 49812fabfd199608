#!/bin/sh
# LeNet-5 on MNIST.
IMAGES=${IMAGES:-2000}
CALIBRATION=${CALIBRATION:-2000}
. "$(dirname "$0")/common.sh"
need_data
for arch in ${ARCHS:-semimap isaac-8b}; do
    study "lenet5-$arch" --arch "$arch" --network "$DATA/models/lenet5_mnist_ts_op13.onnx" --data "$DATA/mnist" --ablation
done
