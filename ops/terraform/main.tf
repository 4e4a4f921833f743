# Grafana folder, dashboards and Grafana-managed alert rules of Sluice, from the generated files beside this module:
#
#   module "sluice" {
#     source         = "./ops/terraform"
#     datasource_uid = "prometheus"
#   }
#
# Recording rules stay with Prometheus (ops/prometheus/recording.yml): alerts on objectives read what it has recorded.

terraform {
  required_version = ">= 1.5"
  required_providers {
    grafana = {
      source  = "grafana/grafana"
      version = ">= 3.0"
    }
  }
}

variable "datasource_uid" {
  description = "Uid of the Prometheus data source that scrapes Sluice."
  type        = string
}

variable "folder_title" {
  description = "Folder for dashboards and alert rules."
  type        = string
  default     = "Sluice"
}

variable "runbook_base_url" {
  description = "Where ops/runbooks can be read; put before each alert's runbook path."
  type        = string
  default     = ""
}

variable "alerts" {
  description = "Whether Grafana evaluates the alerts. False where Prometheus and Alertmanager do."
  type        = bool
  default     = true
}

locals {
  dashboards = fileset("${path.module}/../grafana/dashboards", "*.json")
  groups     = yamldecode(file("${path.module}/../prometheus/alerts.yml")).groups
}

resource "grafana_folder" "sluice" {
  title = var.folder_title
}

resource "grafana_dashboard" "sluice" {
  for_each    = local.dashboards
  folder      = grafana_folder.sluice.uid
  config_json = file("${path.module}/../grafana/dashboards/${each.value}")
  overwrite   = true
}

resource "grafana_rule_group" "sluice" {
  for_each         = var.alerts ? { for group in local.groups : group.name => group.rules } : {}
  name             = each.key
  folder_uid       = grafana_folder.sluice.uid
  interval_seconds = 60

  dynamic "rule" {
    # Several rules may share an alert's name; Grafana wants names that differ within a group.
    for_each = { for index, rule in each.value : format("%02d", index) => rule }
    content {
      name           = "${rule.value.alert} ${rule.value.labels.severity} ${rule.key}"
      condition      = "fires"
      for            = rule.value["for"]
      no_data_state  = "OK"
      exec_err_state = "Error"
      labels         = merge(rule.value.labels, { alertname = rule.value.alert })
      annotations = {
        # In Grafana `$value` is a text of all values; the number that Prometheus means is the query's.
        summary     = replace(rule.value.annotations.summary, "$value", "$values.value.Value")
        impact      = rule.value.annotations.impact
        runbook_url = "${var.runbook_base_url}${rule.value.annotations.runbook}"
        # The path of a panel that shows it, below the address of Grafana.
        dashboard = rule.value.annotations.dashboard
      }

      data {
        ref_id         = "value"
        datasource_uid = var.datasource_uid
        relative_time_range {
          from = 600
          to   = 0
        }
        model = jsonencode({ refId = "value", expr = rule.value.expr, instant = true, range = false })
      }

      # Prometheus answers only series for which the expression holds: any answer means that it fires.
      data {
        ref_id         = "fires"
        datasource_uid = "__expr__"
        relative_time_range {
          from = 0
          to   = 0
        }
        model = jsonencode({
          refId      = "fires"
          type       = "math"
          expression = "is_number($value) || is_inf($value)"
        })
      }
    }
  }
}

output "folder_uid" {
  description = "For routing and permissions."
  value       = grafana_folder.sluice.uid
}
