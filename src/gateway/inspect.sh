# Figures of the disks, the memory and the config file of a machine. Only reads, starts nothing big and needs no gateway, so it may
# run where a machine is small or sick. Behind inside.sh. Arguments: state directory, port, config file, how many directories
# follow, these, nonce, extra PATH. Needs df, stat, readlink and sed; what is missing leaves its line out.
config=$3
many=$4
shift 4
eval "nonce=\${$((many + 1))}"
eval "PATH=\${PATH:-/bin}\${$((many + 2))}"
export PATH

# Kilobytes in all, used and free, and whether the directory is itself where something is mounted.
disk() {
  figures=$(df -kP "$2" | sed -n '2s/^.* \([0-9]\{1,\}\)  *\([0-9]\{1,\}\)  *\([0-9]\{1,\}\)  *[0-9-]\{1,\}%\{0,1\}  *\(.*\)$/\1 \2 \3 \4/p')
  [ -n "$figures" ] || return
  set -- "$1" "${2%/}" $figures
  mounted=0
  [ "$6" != "$2" ] || mounted=1
  say disk "$1" "$3" "$4" "$5" "$mounted"
}

disks() {
  at=0
  while [ "$at" -lt "$many" ]; do
    disk "$at" "$1"
    shift
    at=$((at + 1))
  done
}

memory() {
  figures=$(sed -n 's/^Mem\(Total\|Available\):[^0-9]*\([0-9]*\) kB$/\2/p' /proc/meminfo | tr '\n' ' ')
  case $figures in *' '*[0-9]*) say memory ${figures% } ;; esac
}

# Where the port is listened on, as the kernel writes addresses. The scripts that follow look at no more than one.
listening() {
  wanted=$(printf '%04X' "$port")
  for found in $(sed -n "s/^ *[0-9]*: \([0-9A-F]*\):$wanted [0-9A-F]*:0000 0A .*/\1/p" /proc/net/tcp /proc/net/tcp6 | sort -u | head -n 4); do
    say listen "$found"
  done
}

file() {
  if [ ! -e "$config" ]; then
    # What lies below a directory that can't be searched looks missing, too.
    [ -x "${config%/*}" ] && say config missing
    return
  fi
  facts=$(stat -c '%u %g %a %s %Y' "$config") && say config file $facts
}

# The gateway puts these aside when it throws a written config away; that, not its writing, is the last change of the file's entry.
thrown_away() {
  set -- "$config".clobbered.*
  [ -e "$1" ] || { say clobbered 0 0 && return; }
  newest=$(stat -c '%Z' "$@" | sort -n | tail -n 1)
  say clobbered "$#" "${newest:-0}"
}

user() {
  find_owner || return
  uid=$(sed -n 's/^Uid:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status")
  gid=$(sed -n 's/^Gid:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status")
  [ -z "$uid" ] || say user "$uid" "${gid:-0}"
}

# What the process was given under a name, without blanks around it.
given() {
  tr '\0' '\n' <"/proc/$pid/environ" | sed -n "/^$1=/{s///;s/^[[:blank:]]*//;s/[[:blank:]]*\$//;p;q;}"
}

# Where it keeps its state when nothing names a directory: below its home, in what there is, former names of the program included.
below() {
  base=$(given OPENCLAW_HOME)
  [ -n "$base" ] || base=$(given HOME)
  [ -n "$base" ] || return
  for name in .openclaw .clawdbot .moldbot .moltbot; do
    [ ! -d "$base/$name" ] || { printf '%s\n' "$base/$name" && return; }
  done
}

# Where the gateway on the port keeps its state, whatever the machine's config says: an image or a secret may name it, or nothing
# does. A link to the volume lies there.
home() {
  find_owner || owner_by_port
  [ -n "$pid" ] && is_gateway "$pid" || return
  own=
  for name in OPENCLAW MOLTBOT CLAWDBOT; do
    [ -n "$own" ] || own=$(given "${name}_STATE_DIR")
  done
  [ -n "$own" ] || own=$(below)
  own=$(readlink -f "$own")
  case $own in [!/]* | *[!A-Za-z0-9._/-]*) return ;; esac
  [ -z "$own" ] || [ ${#own} -gt 200 ] || say home "$own"
}

inspect() {
  printf 'gateway-inspect %s\n' "$nonce"
  disks "$@"
  memory
  listening
  file
  thrown_away
  user
  home
  printf 'end %s %s\n' "$nonce" "$lines"
}

inspect "$@" 2>/dev/null | head -c 8192
