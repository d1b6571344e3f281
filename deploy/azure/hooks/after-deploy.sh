#!/bin/sh
# Deploys the same to the worker, in the size that has one of its own.
set -eu

if [ -z "${DEPLOY_WORKER_NAME:-}" ]; then
    exit 0
fi
cd "$(dirname "$0")/../app"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m zipfile -c "$folder/app.zip" requirements.txt wheels
az webapp deploy --resource-group "$AZURE_RESOURCE_GROUP" --name "$DEPLOY_WORKER_NAME" \
    --src-path "$folder/app.zip" --type zip --async false
