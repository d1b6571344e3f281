// Alerts on browsers through Notification Hubs, for who wants them to go out by Azure: made only where its keys are given.
// It cannot reach Apple's devices, and reads what it carries; without it alerts go straight to the browsers' own services.
param location string
param tags object
param suffix string
param sku string
param publicKey string
@secure()
param privateKey string
param contact string
param vaultName string
param workspaceId string

resource namespace 'Microsoft.NotificationHubs/namespaces@2023-09-01' = {
  name: 'ntfns-${suffix}'
  location: location
  tags: tags
  sku: { name: sku }
  properties: {}
}

resource hub 'Microsoft.NotificationHubs/namespaces/notificationHubs@2023-09-01' = {
  parent: namespace
  name: 'channelsync'
  location: location
  tags: tags
  properties: {
    registrationTtl: '30.00:00:00' // a device that is not written to any more is forgotten
    browserCredential: {
      properties: { subject: 'mailto:${contact}', vapidPublicKey: publicKey, vapidPrivateKey: privateKey }
    }
  }
}

resource rule 'Microsoft.NotificationHubs/namespaces/notificationHubs/authorizationRules@2023-09-01' = {
  parent: hub
  name: 'apps'
  properties: { rights: ['Listen', 'Send'] } // no Manage: nobody can list devices with it
}

module held 'secret.bicep' = {
  name: 'notification-hub'
  params: {
    vaultName: vaultName
    name: 'notification-hub'
    contentType: 'the connection string of the notification hub'
    value: '${rule.listKeys().primaryConnectionString};EntityPath=${hub.name}'
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: namespace
  name: 'logs'
  properties: { workspaceId: workspaceId, logs: [{ category: 'OperationalLogs', enabled: true }] }
}

output address string = held.outputs.address
