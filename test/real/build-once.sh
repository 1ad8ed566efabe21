# Sourced by the scripts that build a counterpart from Debian's source package, with `counterpart` (its folder in the
# user's cache), `programs` (what is built) and `here` (the script's own folder) set. Ends the script at once, with the
# folder of the programs on standard output, when all of them are there; else goes to the folder to work in, alone, and
# defines `fetch_source` (debian-source.sh) and `finish`.

cache="${XDG_CACHE_HOME:-$HOME/.cache}/passerelle/counterparts/$counterpart"
bin="$cache/bin"
# What was built by another edition of the script is built anew (scripts/support/counterparts.mjs looks there too).
way=$(sha256sum "$0" | cut -d ' ' -f 1)

end_when_complete() {
  [ "$(cat "$cache/way" 2> /dev/null)" = "$way" ] || return 0
  for program in $programs; do
    [ -x "$bin/$program" ] || return 0
  done
  echo "$bin"
  exit 0
}

end_when_complete
mkdir -p "$bin"

# One build at a time: a second one waits and finds the programs.
exec 9> "$cache/lock"
flock 9
end_when_complete

work="$cache/work"
mkdir -p "$work"
cd "$work"
# shellcheck source=test/real/debian-source.sh
. "$here/../debian-source.sh"

# finish: removes what the programs were made of, and prints their folder.
finish() {
  echo "$way" > "$cache/way"
  cd /
  rm -rf "$work" "$cache/lists"
  echo "$bin"
}
