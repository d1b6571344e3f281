// PostgreSQL, reached from our own network alone and always encrypted (Azure's own default), with backups by the minute.
param location string
param tags object
param suffix string
param settings object
@secure()
param password string
param subnetId string
param zoneId string
param workspaceId string

var user = 'channelsync'

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = {
  name: 'psql-${suffix}'
  location: location
  tags: tags
  sku: { name: settings.sku, tier: settings.tier }
  properties: {
    version: '17'
    createMode: 'Default'
    administratorLogin: user
    administratorLoginPassword: password
    authConfig: { activeDirectoryAuth: 'Disabled', passwordAuth: 'Enabled' }
    storage: { storageSizeGB: settings.storageGb, autoGrow: 'Enabled' }
    backup: { backupRetentionDays: settings.backupDays, geoRedundantBackup: settings.geoBackup }
    highAvailability: { mode: settings.highAvailability }
    network: {
      delegatedSubnetResourceId: subnetId
      privateDnsZoneArmResourceId: zoneId
      publicNetworkAccess: 'Disabled'
    }
    maintenanceWindow: { customWindow: 'Enabled', dayOfWeek: 2, startHour: 2, startMinute: 0 }
  }
}

resource database 'Microsoft.DBforPostgreSQL/flexibleServers/databases@2024-08-01' = {
  parent: server
  name: 'channelsync'
  properties: { charset: 'UTF8', collation: 'en_US.utf8' }
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = {
  scope: server
  name: 'keep'
  properties: { level: 'CanNotDelete', notes: 'Everything an installation knows is in this database.' }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: server
  name: 'logs'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'PostgreSQLLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output id string = server.id
output host string = server.properties.fullyQualifiedDomainName
output user string = user
output name string = database.name
