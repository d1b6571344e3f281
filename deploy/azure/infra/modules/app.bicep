// One app of the plan. Requests are not logged, neither here nor by an agent of Application Insights: a calendar's address
// is a secret.
param location string
param tags object
param name string
@description('Its name in azure.yaml; empty for one that azd does not deploy.')
param service string
param planId string
param command string
param settings object
param telemetry bool
@description('Whether anybody but Azure itself may reach it.')
param public bool
param subnetId string
param identityId string
param workspaceId string

resource site 'Microsoft.Web/sites@2024-04-01' = {
  // checkov:skip=CKV_AZURE_17:platforms that read calendars show no certificate
  // checkov:skip=CKV_AZURE_212:the number of instances is the size's
  // checkov:skip=CKV_AZURE_222:platforms read calendars from the internet; the worker lets nobody in by its restrictions
  name: name
  location: location
  tags: service == '' ? tags : union(tags, { 'azd-service-name': service })
  kind: 'app,linux'
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${identityId}': {} } }
  properties: {
    serverFarmId: planId
    httpsOnly: true
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: subnetId
    vnetRouteAllEnabled: true
    siteConfig: {
      linuxFxVersion: 'PYTHON|3.13'
      appCommandLine: command
      alwaysOn: true
      healthCheckPath: '/health'
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      remoteDebuggingEnabled: false
      httpLoggingEnabled: false
      detailedErrorLoggingEnabled: false
      requestTracingEnabled: false
      ipSecurityRestrictionsDefaultAction: public ? 'Allow' : 'Deny'
      scmIpSecurityRestrictionsDefaultAction: 'Allow' // to deploy to; it asks for a sign-in to Azure
    }
  }

  resource settled 'config' = {
    name: 'appsettings'
    properties: settings
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

// Traces and figures go to this collector beside the program, and from it to Application Insights.
resource collector 'Microsoft.Web/sites/sitecontainers@2024-04-01' = if (telemetry) {
  parent: site
  name: 'collector'
  properties: {
    image: 'otel/opentelemetry-collector-contrib:0.132.0'
    isMain: false
    authType: 'Anonymous'
    startUpCommand: '--config=env:SETTINGS'
    environmentVariables: [
      { name: 'SETTINGS', value: 'COLLECTOR_SETTINGS' }
      { name: 'TARGET', value: 'COLLECTOR_TARGET' }
    ]
  }
}

// What the program says, and who signed in to deploy; never AppServiceHTTPLogs, which would hold calendars' addresses.
resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: site
  name: 'logs'
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'AppServiceConsoleLogs', enabled: true }
      { category: 'AppServicePlatformLogs', enabled: true }
      { category: 'AppServiceAuditLogs', enabled: true }
    ]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output id string = site.id
output name string = site.name
