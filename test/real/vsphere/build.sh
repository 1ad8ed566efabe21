#!/bin/sh
# Builds vcsim (VMware's simulator of vCenter) and govc (VMware's client) from Debian's source package into a user's
# cache folder, once; a later run finds them there. Needs golang-go and dpkg-dev. Takes about two minutes.
#
#   build.sh            prints the folder of the programs
set -eu

version='0.24.2-3'
counterpart='vsphere'
programs='vcsim govc'
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=test/real/build-once.sh
. "$here/../build-once.sh"
fetch_source golang-github-vmware-govmomi "$version" govmomi

# The libraries that it is built with are unpacked, not installed.
for library in golang-github-google-uuid-dev golang-github-kr-pretty-dev golang-github-kr-text-dev; do
  apt-get -q download "$library" >&2
  dpkg-deb -x "$library"_*.deb libraries
done

# GOPATH mode, since Debian's libraries are no modules.
export GOPATH="$work/go:$work/libraries/usr/share/gocode" GO111MODULE=off CGO_ENABLED=0
export GOFLAGS="-p=${COUNTERPART_JOBS:-1}" GOCACHE="$work/go-cache"
mkdir -p "$work/go/src/github.com/vmware"
ln -sfn "$work/govmomi" "$work/go/src/github.com/vmware/govmomi"
for program in $programs; do
  go build -ldflags '-s -w' -o "$bin/$program.part" "github.com/vmware/govmomi/$program" >&2
  mv "$bin/$program.part" "$bin/$program"
done
finish
