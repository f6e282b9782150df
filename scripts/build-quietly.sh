#!/bin/sh
# Builds what changed, and says something only when that fails: stdout and stderr belong to the command that comes after.
mkdir -p .turbo
if ! TURBO_TELEMETRY_DISABLED=1 turbo run build --output-logs=errors-only >.turbo/build.log 2>&1; then
  cat .turbo/build.log >&2
  exit 3
fi
