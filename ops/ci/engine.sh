# Sourced by .ci/run: a container engine of this run alone, on this machine's network, which no image is pulled into.
# Sets DOCKER_HOST; engine_stop ends the engine and removes what it kept.

engine_start() {
  engine_dir=$(mktemp -d)
  dockerd --data-root "$engine_dir/data" --exec-root "$engine_dir/exec" --pidfile "$engine_dir/pid" \
    --host "unix://$engine_dir/docker.sock" --bridge=none --iptables=false --ip6tables=false \
    > "$engine_dir/log" 2>&1 &
  engine_pid=$!
  export DOCKER_HOST=unix://$engine_dir/docker.sock
  local tries
  for ((tries = 0; tries < 120; tries++)); do
    docker version > /dev/null 2>&1 && return
    kill -0 "$engine_pid" 2> /dev/null || break
    sleep 0.5
  done
  echo "the container engine did not start:" >&2
  tail -n 20 "$engine_dir/log" >&2
  return 1
}

engine_stop() {
  [[ -n ${engine_pid:-} ]] || return 0
  docker ps -aq 2> /dev/null | xargs -r docker rm -f > /dev/null 2>&1 || true
  kill "$engine_pid" 2> /dev/null || true
  wait "$engine_pid" 2> /dev/null || true
  umount "$engine_dir"/exec/netns/* 2> /dev/null || true
  rm -rf "$engine_dir" || true
}
