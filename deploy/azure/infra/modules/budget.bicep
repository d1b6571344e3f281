// A warning before the month gets expensive: what is spent, and what Azure expects it to come to. It stops nothing.
param amount int
param start string
param mail string

resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: 'channelsync'
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: start }
    notifications: {
      soon: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: [mail]
      }
      reached: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Actual'
        contactEmails: [mail]
      }
      expected: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: [mail]
      }
    }
  }
}
