/** Where CloudWatch keeps the figures of the pipeline's steps: they write them, and the alarms read them. */
export const metricsNamespace = 'Sillage';
