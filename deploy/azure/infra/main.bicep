// channelsync on Azure: one resource group with all that an installation needs, in one of two sizes.
//
// What the sizes hold is in sizes/*.json; what an operator decides comes as a parameter (main.parameters.json maps the
// variables of azd). No output is a secret.
targetScope = 'subscription'

@description('The name of this installation: of its resource group, and part of every other name.')
@minLength(2)
@maxLength(20)
param environmentName string

@description('Where it stands.')
param location string

@description('owner: one owner, the cheapest that is safe. thousand: a thousand owners.')
@allowed(['owner', 'thousand'])
param size string = 'owner'

@description('Who is told when something is wrong or gets expensive.')
param alertMail string

@description('The name by which platforms and owners reach it; empty for the one that Azure gives.')
param publicHost string = ''

@description('The database\'s password; made by hooks/before-provision.sh.')
@secure()
@minLength(32)
param databasePassword string

@description('The day the budget begins, the first of a month.')
param budgetStart string

@description('What a month may cost before a mail warns, in the currency of the subscription; empty for what the size says.')
param budgetAmount string = ''

@description('The public half of the key with which alerts on devices are signed; empty for no notification hub.')
param pushPublicKey string = ''

@description('Its private half.')
@secure()
param pushPrivateKey string = ''

@description('smtps://USER:PASSWORD@HOST:465, the server that takes our mails; empty for none.')
@secure()
param smtpUrl string = ''

@description('The address our mails come from.')
param mailFrom string = ''

@description('The service that vouches for people (OpenID Connect), for example of Entra External ID; empty for none.')
param oidcIssuer string = ''

@description('Who we are for that service.')
param oidcClientId string = ''

@description('The secret it gave us.')
@secure()
param oidcClientSecret string = ''

@description('How owners call it.')
param oidcName string = ''

var sizes = {
  owner: loadJsonContent('sizes/owner.json')
  thousand: loadJsonContent('sizes/thousand.json')
}
var chosen = sizes[size]
var tags = { 'azd-env-name': environmentName, product: 'channelsync' }
var suffix = uniqueString(subscription().id, environmentName, location)

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module network 'modules/network.bicep' = {
  name: 'network'
  scope: group
  params: { location: location, tags: tags, suffix: suffix }
}

module watch 'modules/watch.bicep' = {
  name: 'watch'
  scope: group
  params: { location: location, tags: tags, suffix: suffix, logs: chosen.logs, alertMail: alertMail }
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: { location: location, tags: tags, suffix: suffix }
}

module database 'modules/database.bicep' = {
  name: 'database'
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    settings: chosen.database
    password: databasePassword
    subnetId: network.outputs.databaseSubnetId
    zoneId: network.outputs.databaseZoneId
    workspaceId: watch.outputs.workspaceId
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    subnetId: network.outputs.appSubnetId
    principalId: identity.outputs.principalId
    workspaceId: watch.outputs.workspaceId
  }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    subnetId: network.outputs.appSubnetId
    principalId: identity.outputs.principalId
    workspaceId: watch.outputs.workspaceId
  }
}

// The server's certificate is checked against the authorities that the apps' image trusts.
module databaseSecret 'modules/secret.bicep' = {
  name: 'secret-database'
  scope: group
  params: {
    vaultName: vault.outputs.name
    name: 'database'
    contentType: 'the address of the database'
    value: 'postgresql://${database.outputs.user}:${uriComponent(databasePassword)}@${database.outputs.host}/${database.outputs.name}?sslmode=verify-full&sslrootcert=/etc/ssl/certs/ca-certificates.crt'
  }
}

module smtpSecret 'modules/secret.bicep' = if (smtpUrl != '') {
  name: 'secret-smtp'
  scope: group
  params: { vaultName: vault.outputs.name, name: 'smtp', contentType: 'the mail server', value: smtpUrl }
}

module oidcSecret 'modules/secret.bicep' = if (oidcClientSecret != '') {
  name: 'secret-oidc'
  scope: group
  params: {
    vaultName: vault.outputs.name
    name: 'oidc'
    contentType: 'our secret with the service that vouches for people'
    value: oidcClientSecret
  }
}

module push 'modules/push.bicep' = if (pushPublicKey != '') {
  name: 'push'
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    sku: chosen.hub
    publicKey: pushPublicKey
    privateKey: pushPrivateKey
    contact: alertMail
    vaultName: vault.outputs.name
    workspaceId: watch.outputs.workspaceId
  }
}

module apps 'modules/apps.bicep' = {
  name: 'apps'
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    plan: chosen.plan
    separateWorker: chosen.separateWorker
    telemetry: chosen.telemetry
    subnetId: network.outputs.appSubnetId
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    keyAddress: vault.outputs.keyAddress
    databaseSecret: databaseSecret.outputs.address
    hubSecret: pushPublicKey != '' ? push.outputs.address : ''
    smtpSecret: smtpUrl != '' ? smtpSecret.outputs.address : ''
    oidcSecret: oidcClientSecret != '' ? oidcSecret.outputs.address : ''
    backupAddress: storage.outputs.container
    workspaceId: watch.outputs.workspaceId
    insightsName: watch.outputs.insightsName
    publicHost: publicHost
    mailFrom: mailFrom
    oidcIssuer: oidcIssuer
    oidcClientId: oidcClientId
    oidcName: oidcName
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: watch.outputs.workspaceId
    actionGroupId: watch.outputs.actionGroupId
    siteIds: apps.outputs.siteIds
    databaseId: database.outputs.id
  }
}

module budget 'modules/budget.bicep' = {
  name: 'budget'
  scope: group
  params: {
    amount: budgetAmount == '' ? chosen.budget : int(budgetAmount)
    start: budgetStart
    mail: alertMail
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output DEPLOY_WEB_NAME string = apps.outputs.webName
output DEPLOY_WORKER_NAME string = apps.outputs.workerName
output DEPLOY_ADDRESS string = apps.outputs.address
