#!/bin/sh
# Sets once what an installation needs and nobody has to choose: the database's password, and when the budget begins.
# They stay in .azure/ on this machine, which no repository takes in.
set -eu

if [ -z "${DEPLOY_ALERT_MAIL:-}" ]; then
    echo "Who is told when something is wrong? azd env set DEPLOY_ALERT_MAIL you@example.org" >&2
    exit 1
fi
if [ -z "${DEPLOY_DATABASE_PASSWORD:-}" ]; then
    # PostgreSQL on Azure wants letters of both sizes, digits and something else.
    azd env set DEPLOY_DATABASE_PASSWORD "Db-$(openssl rand -hex 24)"
fi
if [ -z "${DEPLOY_BUDGET_START:-}" ]; then
    azd env set DEPLOY_BUDGET_START "$(date -u +%Y-%m-01)"
fi
