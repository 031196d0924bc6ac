{{/* What a service is told: plain settings as they are, the rest by reference to secrets. */}}
{{- define "flowline-service.environment" -}}
{{- $service := .Values.service -}}
{{- $prefix := printf "%s_" (upper $service.name) -}}
{{- range $needed := list "KAFKA" "ISSUER" "JWKS_URL" }}
{{- if not (get $service.settings $needed) }}{{ fail (printf "%s: set service.settings.%s" $service.name $needed) }}{{ end }}
{{- end }}
- name: {{ $prefix }}HOST
  value: 0.0.0.0
- name: {{ $prefix }}PORT
  value: {{ $service.port | quote }}
- name: {{ $prefix }}MEMBER
  valueFrom: {fieldRef: {fieldPath: metadata.name}}
- name: {{ $prefix }}DATABASE_URL
  valueFrom:
    secretKeyRef:
      name: {{ required (printf "%s: set service.database.secret" $service.name) $service.database.secret }}
      key: {{ $service.database.key }}
{{- if $service.kek.secret }}
- name: {{ $prefix }}KEK_FILE
  value: /run/kek/{{ $service.kek.key }}
{{- end }}
{{- range $name, $value := $service.settings }}
- name: {{ $prefix }}{{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}

{{- define "flowline-service.mounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if .Values.service.kek.secret }}
- {name: kek, mountPath: /run/kek, readOnly: true}
{{- end }}
{{- end -}}

{{- define "flowline-service.volumes" -}}
- name: tmp
  emptyDir: {sizeLimit: 64Mi}
{{- with .Values.service.kek }}
{{- if .secret }}
- name: kek
  secret: {secretName: {{ .secret }}, defaultMode: 0440}
{{- end }}
{{- end }}
{{- end -}}
