// The web app, and the worker: in the same process in the size for one owner, as an app of its own on the same plan (which
// costs nothing more) in the other.
param location string
param tags object
param suffix string
param plan object
param separateWorker bool
param telemetry bool
param subnetId string
param identityId string
param identityClientId string
param keyAddress string
@description('Addresses of secrets in the vault; empty where there is none.')
param databaseSecret string
param hubSecret string
param smtpSecret string
param oidcSecret string
param backupAddress string
param workspaceId string
param insightsName string
param publicHost string
param mailFrom string
param oidcIssuer string
param oidcClientId string
param oidcName string

var webCommand = 'python -m channelsync_web --host 0.0.0.0 --port 8000'
var workerCommand = 'python -m channelsync_worker --health 0.0.0.0:8000'
var webName = 'app-${suffix}'
var azureHost = '${webName}.azurewebsites.net'
var baseUrl = publicHost == '' ? 'https://${azureHost}' : 'https://${publicHost}'
// Whoever reaches an app comes through Azure's front, which has an address that is not the internet's and appends the
// visitor's to X-Forwarded-For. A star would believe whatever a visitor writes there first.
var fronts = '127.0.0.1,::1,10.0.0.0/8,100.64.0.0/10,169.254.0.0/16,172.16.0.0/12,192.168.0.0/16,fc00::/7,fe80::/10'

var common = {
  CHANNELSYNC_DB: '@Microsoft.KeyVault(SecretUri=${databaseSecret})'
  CHANNELSYNC_KEY_VAULT: keyAddress
  CHANNELSYNC_BASE_URL: baseUrl
  CHANNELSYNC_HOSTS: azureHost
  CHANNELSYNC_TRUSTED_PROXIES: fronts
  CHANNELSYNC_BACKUP: backupAddress
  AZURE_CLIENT_ID: identityClientId
  AZURE_TOKEN_CREDENTIALS: 'prod' // looks for an identity only where Azure gives one
  PYTHONUNBUFFERED: '1'
  SCM_DO_BUILD_DURING_DEPLOYMENT: 'true' // Azure installs requirements.txt, with its hashes
}
var mails = smtpSecret == '' ? {} : {
  CHANNELSYNC_SMTP_URL: '@Microsoft.KeyVault(SecretUri=${smtpSecret})'
  CHANNELSYNC_MAIL_FROM: mailFrom
}
var pushes = hubSecret == '' ? {} : {
  CHANNELSYNC_NOTIFICATION_HUB: '@Microsoft.KeyVault(SecretUri=${hubSecret})'
}
var signIn = oidcIssuer == '' ? {} : {
  CHANNELSYNC_OIDC_ISSUER: oidcIssuer
  CHANNELSYNC_OIDC_CLIENT_ID: oidcClientId
  CHANNELSYNC_OIDC_CLIENT_SECRET: oidcSecret == '' ? '' : '@Microsoft.KeyVault(SecretUri=${oidcSecret})'
  CHANNELSYNC_OIDC_NAME: oidcName
}
var traces = telemetry ? {
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318'
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf'
  COLLECTOR_SETTINGS: loadTextContent('collector.yaml')
  COLLECTOR_TARGET: insights.properties.ConnectionString
} : {}
var settings = union(common, mails, pushes, signIn, traces)

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource farm 'Microsoft.Web/serverfarms@2024-04-01' = {
  // checkov:skip=CKV_AZURE_225:one instance of the size for one owner cannot stand in several zones; the other size does
  name: 'plan-${suffix}'
  location: location
  tags: tags
  kind: 'linux'
  sku: { name: plan.name, tier: plan.tier, capacity: plan.instances }
  properties: { reserved: true, zoneRedundant: plan.zones }
}

module web 'app.bicep' = {
  name: 'web'
  params: {
    location: location
    tags: tags
    name: webName
    service: 'web'
    planId: farm.id
    command: separateWorker ? webCommand : '${webCommand} --with-worker'
    settings: settings
    telemetry: telemetry
    public: true
    subnetId: subnetId
    identityId: identityId
    workspaceId: workspaceId
  }
}

module worker 'app.bicep' = if (separateWorker) {
  name: 'worker'
  params: {
    location: location
    tags: tags
    name: 'work-${suffix}'
    service: ''
    planId: farm.id
    command: workerCommand
    settings: settings
    telemetry: telemetry
    public: false
    subnetId: subnetId
    identityId: identityId
    workspaceId: workspaceId
  }
}

output webName string = webName
output workerName string = separateWorker ? worker.outputs.name : ''
output siteIds array = separateWorker ? [web.outputs.id, worker.outputs.id] : [web.outputs.id]
output address string = baseUrl
