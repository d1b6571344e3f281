// A network of our own: the database is in it and nowhere else, and the apps reach it, the vault and the storage from it.
param location string
param tags object
param suffix string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  // checkov:skip=CKV_AZURE_182:Azure's own resolver is the one that knows the private zone of the database
  // checkov:skip=CKV_AZURE_183:as CKV_AZURE_182
  name: 'vnet-${suffix}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.20.0.0/16'] }
    subnets: [
      {
        name: 'apps'
        properties: {
          addressPrefix: '10.20.1.0/26'
          networkSecurityGroup: { id: closed.id }
          delegations: [{ name: 'apps', properties: { serviceName: 'Microsoft.Web/serverFarms' } }]
          serviceEndpoints: [{ service: 'Microsoft.KeyVault' }, { service: 'Microsoft.Storage' }]
        }
      }
      {
        name: 'database'
        properties: {
          addressPrefix: '10.20.2.0/28'
          networkSecurityGroup: { id: closed.id }
          delegations: [{ name: 'database', properties: { serviceName: 'Microsoft.DBforPostgreSQL/flexibleServers' } }]
        }
      }
    ]
  }
}

// The rules that Azure has by itself are the ones wanted: whatever is inside may talk, nothing comes in from outside.
resource closed 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: 'nsg-${suffix}'
  location: location
  tags: tags
  properties: { securityRules: [] }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: 'channelsync-${suffix}.private.postgres.database.azure.com'
  location: 'global'
  tags: tags
}

resource zoneLink 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = {
  parent: zone
  name: 'apps'
  location: 'global'
  tags: tags
  properties: { registrationEnabled: false, virtualNetwork: { id: network.id } }
}

output appSubnetId string = '${network.id}/subnets/apps'
output databaseSubnetId string = '${network.id}/subnets/database'
output databaseZoneId string = zone.id
