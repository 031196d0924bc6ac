{{/* Before any new pod starts: `migrate` once. Migrations only expand, so the old pods go on meanwhile. */}}
{{- define "flowline-service.migration" -}}
{{- $service := .Values.service -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ $service.name }}-migrate
  labels: {{- include "flowline-service.labels" . | nindent 4 }}
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-weight: "0"
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  backoffLimit: 3
  activeDeadlineSeconds: 600
  template:
    metadata:
      labels:
        app.kubernetes.io/name: {{ $service.name }}-migrate
        app.kubernetes.io/instance: {{ .Release.Name }}
        app.kubernetes.io/part-of: flowline
    spec:
      restartPolicy: Never
      automountServiceAccountToken: false
      enableServiceLinks: false
      securityContext: {{- include "flowline-service.pod-security" . | nindent 8 }}
      containers:
        - name: migrate
          image: {{ include "flowline-service.image" . }}
          imagePullPolicy: {{ $service.image.pullPolicy }}
          args: [migrate]
          env: {{- include "flowline-service.environment" . | nindent 12 }}
          resources:
            requests: {cpu: 50m, memory: 128Mi}
            limits: {memory: 256Mi}
          securityContext: {{- include "flowline-service.container-security" . | nindent 12 }}
          volumeMounts: {{- include "flowline-service.mounts" . | nindent 12 }}
      volumes: {{- include "flowline-service.volumes" . | nindent 8 }}
{{- end -}}
