#!/bin/sh
# Builds kube-apiserver and kube-controller-manager from Debian's source package into a user's cache folder, once; a
# later run finds them there. Needs golang-go, dpkg-dev and etcd-server. Takes some minutes, 1.7 GB of memory at its
# height and 3 GB of disk, of which 220 MB stay.
#
#   build.sh            prints the folder of the programs
set -eu

version='1.20.5+really1.20.2-1.1+deb12u1'
counterpart='kubernetes'
programs='kube-apiserver kube-controller-manager'
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=test/real/build-once.sh
. "$here/../build-once.sh"
fetch_source kubernetes "$version" k8s

# GOPATH mode, since the package's vendor folder does not satisfy -mod=vendor.
export GOPATH="$work/go" GO111MODULE=off CGO_ENABLED=0 GOFLAGS="-p=${COUNTERPART_JOBS:-1}" GOCACHE="$work/go-cache"
mkdir -p "$GOPATH/src/k8s.io"
ln -sfn "$work/k8s" "$GOPATH/src/k8s.io/kubernetes"
cd "$GOPATH/src/k8s.io/kubernetes"

# The vendored reflect2 iterates maps as Go before 1.18 wants it: built with a later one, the API server dies of the first
# custom resource. Its version 1.0.2 hands the iterator in, as here.
reflection=vendor/github.com/modern-go/reflect2
if grep -q 'm unsafe.Pointer) \*hiter' "$reflection/unsafe_link.go"; then
  sed -i \
    -e 's/^func mapiterinit(rtype unsafe.Pointer, m unsafe.Pointer) \*hiter/func mapiterinit(rtype unsafe.Pointer, m unsafe.Pointer, it *hiter)/' \
    -e 's/^\t\/\/ rest fields are ignored/\tt, h, buckets, bptr unsafe.Pointer\n\toverflow, oldoverflow *[]unsafe.Pointer\n\tstartBucket uintptr\n\toffset uint8\n\twrapped bool\n\tB, i uint8\n\tbucket, checkBucket uintptr/' \
    "$reflection/unsafe_link.go"
  sed -i \
    -e 's/^\treturn &UnsafeMapIterator{/\tit := \&hiter{}\n\tmapiterinit(type2.rtype, *(*unsafe.Pointer)(obj), it)\n&/' \
    -e 's/mapiterinit(type2.rtype, \*(\*unsafe.Pointer)(obj)),$/it,/' \
    "$reflection/unsafe_map.go"
fi

# The package leaves out the generated OpenAPI definitions.
if [ ! -s pkg/generated/openapi/zz_generated.openapi.go ]; then
  go build -o "$work/openapi-gen" k8s.io/kubernetes/vendor/k8s.io/kube-openapi/cmd/openapi-gen
  folders=$(grep -rlR --include='*.go' '+k8s:openapi-gen=' pkg vendor/k8s.io/* |
    grep -vE '^vendor/k8s.io/(apiextensions-apiserver/examples|code-generator|sample-|kube-openapi|gengo)|/generated/|_test.go' |
    xargs -n1 dirname | LC_ALL=C sort -u | sed 's#^#k8s.io/kubernetes/#' | paste -sd,)
  "$work/openapi-gen" --logtostderr -i "$folders" -p k8s.io/kubernetes/pkg/generated/openapi \
    -O zz_generated.openapi -h hack/boilerplate/boilerplate.generatego.txt -r "$work/violations" >&2
fi

flags='-s -w'
for part in component-base/version client-go/pkg/version; do
  variable="k8s.io/kubernetes/vendor/k8s.io/$part"
  flags="$flags -X $variable.gitVersion=v1.20.2 -X $variable.gitMajor=1 -X $variable.gitMinor=20"
done
for program in $programs; do
  go build -ldflags "$flags" -o "$bin/$program.part" "./cmd/$program" >&2
  mv "$bin/$program.part" "$bin/$program"
done
finish
