{{/*
KEDA by seconds, not messages. Its kafka trigger cannot be used: offsets are kept beside the rows in Postgres, so Kafka
does not know how far a group is.
*/}}
{{- define "flowline-service.scaling" -}}
{{- $service := .Values.service -}}
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: {{ $service.name }}
  labels: {{- include "flowline-service.labels" . | nindent 4 }}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: {{ $service.name }}}
  minReplicaCount: {{ $service.scaling.min }}
  maxReplicaCount: {{ $service.scaling.max }}
  # every step deals the partitions out anew, which stops all members for a moment
  cooldownPeriod: 300
  advanced:
    horizontalPodAutoscalerConfig:
      behavior:
        scaleUp: {stabilizationWindowSeconds: 60, policies: [{type: Pods, value: 1, periodSeconds: 60}]}
        scaleDown: {stabilizationWindowSeconds: 300, policies: [{type: Pods, value: 1, periodSeconds: 120}]}
  triggers:
    - type: prometheus
      metricType: Value
      metadata:
        serverAddress: {{ $service.scaling.prometheus }}
        query: max(crm_consumer_lag_seconds{job="flowline-{{ $service.name }}"})
        threshold: {{ $service.scaling.lagSeconds | quote }}
{{- end -}}
