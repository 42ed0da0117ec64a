# Asks the gateway through its own command line whether a restart would interrupt work. Runs as the gateway's own user, because
# the command line may tidy up files and a file that root wrote could not be read at the next start; writes nothing itself.
# Behind inside.sh. Arguments: state directory, port, nonce, extra PATH. Needs od, grep, readlink and id.
nonce=$3
PATH=${PATH:-/bin}$4
export PATH
# The command line takes about 190 MB for a moment; the gateway must not be killed for that.
room_kb=307200

# A variable of the gateway's process, never through the argument of a command: others can read those.
inherit() {
  value=$(tr '\0' '\n' <"/proc/$pid/environ" | sed -n "s/^$1=//p" | head -n 1)
  unset "$1"
  [ -z "$value" ] || export "$1=$value"
}

settle_environment() {
  for name in HOME TMPDIR OPENCLAW_STATE_DIR OPENCLAW_CONFIG_PATH OPENCLAW_GATEWAY_TOKEN OPENCLAW_GATEWAY_PASSWORD; do
    inherit "$name"
  done
  # Not every release takes it as an option.
  export OPENCLAW_GATEWAY_PORT="$port"
  export NO_COLOR=1 DO_NOT_TRACK=1 OPENCLAW_NO_AUTO_UPDATE=1
  # Node would write what it compiled to the disk.
  export NODE_DISABLE_COMPILE_CACHE=1 NODE_OPTIONS=--max-old-space-size=256
}

# The script the gateway's own process runs; else where the image has it.
find_script() {
  home=$(readlink "/proc/$pid/cwd")
  script=$(tr '\0' '\n' <"/proc/$pid/cmdline" | sed -n 2,9p | grep -m 1 '\.[cm]\{0,1\}[jt]s$')
  case $script in '' | /*) ;; *) script=$home/$script ;; esac
  for script in "$script" "$home/openclaw.mjs" /app/openclaw.mjs /app/dist/index.js; do
    [ -f "$script" ] && return 0
  done
  return 1
}

find_cli() {
  find_script || return 1
  program=$(readlink "/proc/$pid/exe") && [ -n "$program" ] || program=$(command -v node)
  [ -n "$program" ] || return 1
  limit=$(command -v timeout) && limit="$limit 12"
  export program script limit
}

# 2026.6.11 was seen to pair a device, for good, when its command line is used; 2026.8.2 and 2026.9.6 leave nothing behind.
leaves_nothing() {
  find_version || return 1
  set -- $(echo "$version" | sed -n 's/^\([0-9]\{4\}\)\.\([0-9]\{1,2\}\)\.\([0-9]\{1,2\}\).*/\1 \2 \3/p')
  [ $# = 3 ] && [ $(($1 * 10000 + $2 * 100 + $3)) -ge 20260802 ]
}

id_of() {
  sed -n "s/^$1:[^0-9]*\([0-9]*\).*/\1/p" "/proc/$pid/status"
}

call='exec $limit "$program" "$script" gateway call gateway.restart.preflight --json'

# Sets how to become the gateway's user.
find_user() {
  uid=$(id_of Uid) && [ -n "$uid" ] || return 1
  gid=$(id_of Gid)
  user=$(sed -n "s/^\([^:]*\):[^:]*:$uid:.*/\1/p" /etc/passwd | head -n 1)
  if [ "$(id -u)" = "$uid" ]; then
    become=nobody_else
  elif setpriv --reuid "$uid" --regid "$gid" --clear-groups true; then
    become=by_setpriv
  else
    become=by_su
    [ -n "$user" ] && su -m -s /bin/sh "$user" -c true
  fi
}
nobody_else() { sh -c "$call"; }
by_setpriv() { setpriv --reuid "$uid" --regid "$gid" --clear-groups sh -c "$call"; }
by_su() { su -m -s /bin/sh "$user" -c "$call"; }

preflight() {
  find_owner || { say cannot owner && return; }
  leaves_nothing || { say cannot version && return; }
  available=$(sed -n 's/^MemAvailable:[^0-9]*\([0-9]*\) kB$/\1/p' /proc/meminfo)
  [ "${available:-0}" -ge "$room_kb" ] || { say cannot memory && return; }
  find_cli || { say cannot cli && return; }
  find_user || { say cannot user && return; }
  settle_environment
  cd /
  lines=$((lines + 1))
  printf 'answer '
  hex "$become"
}

printf 'gateway-preflight %s\n' "$nonce"
preflight 2>/dev/null
printf 'end %s %s\n' "$nonce" "$lines"
