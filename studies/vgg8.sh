#!/bin/sh
# A VGG8 on CIFAR-10 images that went through JPEG once more (figures are not comparable with CIFAR-10 itself).
. "$(dirname "$0")/common.sh"
need_data
for arch in ${ARCHS:-semimap isaac-8b}; do
    study "vgg8-$arch" --arch "$arch" --network "$DATA/models/vgg8_cifar_ts_op13_folded.onnx" --data "$DATA/cifar10-jpeg" --ablation
done
