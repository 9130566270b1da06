output "id" {
  description = "The function's id."
  value       = yandex_function.this.id
}

output "name" {
  description = "The function's name in the cloud, which its metrics carry."
  value       = yandex_function.this.name
}

output "version" {
  description = "The version that was made last."
  value       = yandex_function.this.version
}

output "tags" {
  description = "Tags of the version that was made last."
  value       = yandex_function.this.tags
}

output "environment" {
  description = "Its environment variables; secrets are not among them."
  value       = yandex_function.this.environment
}
