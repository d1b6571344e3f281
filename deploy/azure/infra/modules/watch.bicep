// Where logs and figures go, and who is told.
param location string
param tags object
param suffix string
param logs object
param alertMail string

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'log-${suffix}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: logs.retentionDays
    workspaceCapping: { dailyQuotaGb: json(logs.dailyGb) } // a loop that logs cannot cost a fortune
    features: { disableLocalAuth: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${suffix}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableIpMasking: false
  }
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'channelsync'
    enabled: true
    emailReceivers: [{ name: 'operator', emailAddress: alertMail, useCommonAlertSchema: true }]
  }
}

output workspaceId string = workspace.id
output insightsName string = insights.name
output actionGroupId string = people.id
