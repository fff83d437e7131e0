#!/usr/bin/env bash
# Fuzzes the gateway by its own OpenAPI description: every operation is called with what the description allows and with what it
# refuses, and every answer has to be one that is described. Needs the jars of a build, and Python 3 with venv and PyPI.
#   MDPO_PYTHON          Python of an environment with ops/ci/python-requirements.txt; else one is made
#   MDPO_FUZZ_EXAMPLES   requests an operation and phase (25)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$PWD/it-tests/target/fuzz-gateway
rm -rf "$work"
mkdir -p "$work"
token=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
broker=$((20000 + RANDOM % 10000))
gateway=$((broker + 1))
started=()

stop() {
  for pid in "${started[@]}"; do
    kill "$pid" 2> /dev/null || true
  done
  wait
}
trap stop EXIT

mdpo() {
  exec java -Xmx512m -XX:TieredStopAtLevel=1 -cp ops/lab/target/mdpo-lab.jar io.mdpo.ops.cli.Main "$@"
}

python=${MDPO_PYTHON:-$work/python/bin/python}
if [[ ! -x $python ]]; then
  python3 -m venv "$work/python"
  "$python" -m pip install --quiet --disable-pip-version-check -r ops/ci/python-requirements.txt
fi

(mdpo broker --dir "$work/broker" --port "$broker") > "$work/broker.log" 2>&1 &
started+=($!)
cat > "$work/mdpo.conf" << EOF
kafka.bootstrap.servers = "127.0.0.1:$broker"
topics { partitions = 3, replication-factor = 1 }
http.port = 0
gateway {
  port = $gateway, events-per-second = 100000
  credentials { fuzzer = $token }
  argilla { secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", questions { q { kind = edit, answer = a } } }
  label-studio.questions { q { kind = edit, answer = a } }
}
EOF
for attempt in {1..30}; do
  (mdpo topics create --config "$work/mdpo.conf") > "$work/topics.log" 2>&1 && break
  ((attempt < 30)) || { cat "$work"/*.log >&2; exit 1; }
  sleep 1
done
(mdpo gateway --config "$work/mdpo.conf") > "$work/gateway.log" 2>&1 &
started+=($!)

# Whether a document is right is more than a schema can say, so what is allowed may be refused with 422. The fuzzer keeps its
# notes in the folder that it runs in.
cd "$work"
"$(dirname "$python")/schemathesis" run "http://127.0.0.1:$gateway/openapi.json" --wait-for-schema 60 \
  -H "Authorization: Bearer $token" --max-examples "${MDPO_FUZZ_EXAMPLES:-25}" --seed 1 --no-shrink --no-color \
  --phases examples,coverage,fuzzing --workers 2 --max-time 60 --warnings off --suppress-health-check all --continue-on-failure \
  --exclude-checks positive_data_acceptance || {
  tail -n 40 "$work/gateway.log" >&2
  exit 1
}
