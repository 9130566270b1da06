locals {
  # The queries are Monitoring's own language; a dashboard's selectors name the folder for all of them.
  charts = [
    { title = "Вызовы функций в секунду", service = "serverless-functions", metric = "serverless.functions.started_per_second", by = "function" },
    { title = "Ошибки функций в секунду", service = "serverless-functions", metric = "serverless.functions.errors_per_second", by = "function" },
    { title = "Холодные запуски в секунду", service = "serverless-functions", metric = "serverless.functions.initializations_per_second", by = "function" },
    { title = "Время выполнения, мс", service = "serverless-functions", metric = "serverless.functions.execution_time_milliseconds", by = "function" },
    { title = "Память функций, байты", service = "serverless-functions", metric = "serverless.functions.used_memory_bytes", by = "function" },
    { title = "События триггеров в секунду", service = "serverless-functions", metric = "serverless.triggers.read_events_per_second", by = "trigger" },
    { title = "Ошибки триггеров в секунду", service = "serverless-functions", metric = "serverless.triggers.error_per_second", by = "trigger" },
    { title = "Запросы к шлюзу в секунду", service = "serverless-apigateway", metric = "api_gateway.requests_count_per_second", by = "code" },
    { title = "Ошибки шлюза в секунду", service = "serverless-apigateway", metric = "api_gateway.errors_count_per_second", by = "code" },
    { title = "Задержка шлюза, мс", service = "serverless-apigateway", metric = "api_gateway.requests_latency_milliseconds", by = "path" },
    { title = "Недоставленные сообщения в очереди", service = "message-queue", metric = "queue.messages.stored_count", by = "queue" },
    { title = "Место на диске базы, байты", service = "managed-postgresql", metric = "disk.used_bytes", by = "host" },
    { title = "Простой процессора базы, %", service = "managed-postgresql", metric = "cpu.idle", by = "host" },
    { title = "Соединения с базой", service = "managed-postgresql", metric = "postgres_total_connections", by = "host" },
  ]
}

resource "yandex_monitoring_dashboard" "this" {
  folder_id   = var.folder_id
  name        = local.name
  title       = "Fly Potato, ${var.environment}"
  description = "Функции, шлюз, триггеры, очередь недоставленных сообщений, база"
  labels      = local.labels

  parametrization {
    selectors = "{folderId=\"${var.folder_id}\"}"
  }

  dynamic "widgets" {
    for_each = local.charts
    content {
      position {
        x = (widgets.key % 2) * 18
        y = floor(widgets.key / 2) * 10
        w = 18
        h = 10
      }

      chart {
        chart_id       = "chart-${widgets.key + 1}"
        title          = widgets.value.title
        display_legend = true

        queries {
          target {
            query     = "series_sum(\"${widgets.value.by}\", \"${widgets.value.metric}\"{folderId=\"${var.folder_id}\", service=\"${widgets.value.service}\"})"
            text_mode = true
          }
        }

        visualization_settings {
          type        = "VISUALIZATION_TYPE_LINE"
          aggregation = "SERIES_AGGREGATION_AVG"
        }
      }
    }
  }
}
