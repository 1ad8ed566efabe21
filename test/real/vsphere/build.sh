#!/bin/sh
# Builds vcsim (VMware's simulator of vCenter) and govc (VMware's client) from Debian's source package into a user's
# cache folder, once; a later run finds them there. Needs golang-go and dpkg-dev. Takes about two minutes.
#
#   build.sh            prints the folder of the programs
set -eu

version='0.24.2-3'
cache="${XDG_CACHE_HOME:-$HOME/.cache}/passerelle/counterparts/vsphere"
programs='vcsim govc'
bin="$cache/bin"
here=$(cd "$(dirname "$0")" && pwd)

complete() {
  for program in $programs; do
    [ -x "$bin/$program" ] || return 1
  done
}

if complete; then
  echo "$bin"
  exit 0
fi
mkdir -p "$bin"

# One build at a time: a second one waits and finds the programs.
exec 9> "$cache/lock"
flock 9
if complete; then
  echo "$bin"
  exit 0
fi

work="$cache/work"
mkdir -p "$work"
cd "$work"
# shellcheck source=test/real/debian-source.sh
. "$here/../debian-source.sh"
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
cd /
rm -rf "$work" "$cache/lists"
echo "$bin"
