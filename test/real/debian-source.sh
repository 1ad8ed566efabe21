# Sourced by the scripts that build a counterpart from Debian's source package. Sources are looked up in lists of their
# own below `$cache`, so that the system's configuration stays as it is.

# fetch_source PACKAGE VERSION FOLDER: unpacks that source package into FOLDER, unless it is there already.
fetch_source() {
  [ ! -d "$3" ] || return 0
  # The repository that this system takes its packages from has the sources too.
  repository=$(apt-get indextargets --format '$(REPO_URI) $(CODENAME)' 'Identifier: Packages' |
    awk '$2 == "bookworm" { print $1; exit }')
  [ -n "$repository" ] || { echo "no package repository of bookworm is known here: run apt-get update" >&2; exit 1; }
  mkdir -p "$cache/lists/partial"
  printf 'deb-src %s bookworm main\n' "$repository" > "$cache/sources.list"
  options="-o Dir::Etc::sourcelist=$cache/sources.list -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists=$cache/lists -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User="
  # shellcheck disable=SC2086
  apt-get -q $options update >&2
  # shellcheck disable=SC2086
  apt-get -q $options source --download-only "$1=$2" >&2
  rm -rf unpacked
  dpkg-source -x "$1"_*.dsc unpacked >&2
  mv unpacked "$3"
}
