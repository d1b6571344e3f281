// One secret in the vault, and its address: with its version, so that an app whose secret changes starts anew.
param vaultName string
param name string
param contentType string
@secure()
param value string

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: vaultName
}

resource secret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  // checkov:skip=CKV_AZURE_41:an installation whose secret expires stops closing nights; it is replaced by provisioning anew
  parent: vault
  name: name
  properties: { contentType: contentType, value: value }
}

output address string = secret.properties.secretUriWithVersion
