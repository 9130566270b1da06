output "id" {
  description = "The function's id."
  value       = yandex_function.this.id
}

output "name" {
  description = "The function's name in the cloud, which its metrics carry."
  value       = yandex_function.this.name
}
