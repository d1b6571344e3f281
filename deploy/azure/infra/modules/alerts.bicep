// What an operator hears of by mail: an app that is ill, a database that fills up, and what the programs say is critical.
param location string
param tags object
param workspaceId string
param actionGroupId string
param siteIds array
param databaseId string

resource ill 'Microsoft.Insights/metricAlerts@2018-03-01' = [for (site, index) in siteIds: {
  name: index == 0 ? 'web-ill' : 'worker-ill'
  location: 'global'
  tags: tags
  properties: {
    description: '/health fails: calendars may not be given out, or nothing is looked at.'
    severity: 1
    enabled: true
    scopes: [site]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'health'
          metricName: 'HealthCheckStatus'
          metricNamespace: 'Microsoft.Web/sites'
          timeAggregation: 'Average'
          operator: 'LessThan'
          threshold: 100
        }
      ]
    }
    actions: [{ actionGroupId: actionGroupId }]
  }
}]

resource full 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'database-fills-up'
  location: 'global'
  tags: tags
  properties: {
    description: 'A database without room takes no reservation any more.'
    severity: 1
    enabled: true
    scopes: [databaseId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT1H'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'storage'
          metricName: 'storage_percent'
          metricNamespace: 'Microsoft.DBforPostgreSQL/flexibleServers'
          timeAggregation: 'Average'
          operator: 'GreaterThan'
          threshold: 80
        }
      ]
    }
    actions: [{ actionGroupId: actionGroupId }]
  }
}

// The worker writes one line for each critical notice as it begins to tell it (channelsync.service.telling).
var said = [
  { name: 'exposed-too-long', line: 'critical notice: exposed', text: 'Nights that are taken elsewhere can still be sold.' }
  { name: 'double-booking', line: 'critical notice: conflict', text: 'Two reservations may stand on the same nights.' }
  { name: 'access-lost', line: 'critical notice: disconnected', text: 'A platform has taken its access back.' }
  { name: 'backup-failed', line: 'critical notice: backup_failed', text: 'The daily backup failed.' }
]

resource told 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [for one in said: {
  name: one.name
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: one.name
    description: one.text
    severity: 2
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    autoMitigate: false
    skipQueryValidation: true // the table is there once the first line has come
    criteria: {
      allOf: [
        {
          query: 'AppServiceConsoleLogs | where ResultDescription has "${one.line}"'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [actionGroupId] }
  }
}]
