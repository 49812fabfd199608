#!/bin/sh
# ResNet-20 on CIFAR-10 images that went through JPEG once more (figures are not comparable with CIFAR-10 itself).
. "$(dirname "$0")/common.sh"
need_data
for arch in ${ARCHS:-semimap isaac-8b}; do
    study "resnet20-$arch" --arch "$arch" --network "$DATA/models/resnet20_cifar_ts_op11_bn.onnx" --data "$DATA/cifar10-jpeg" --ablation
done
