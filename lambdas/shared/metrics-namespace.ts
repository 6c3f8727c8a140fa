/** Where CloudWatch keeps the figures of the pipeline's steps: they write them, and the alarms read them. */
export const metricsNamespace = 'Sillage';

/** The name of a figure in CloudWatch, as of a field of a step's answer: `FailedChecks` of `failedChecks`. */
export const figureName = (field: string): string => `${field.charAt(0).toUpperCase()}${field.slice(1)}`;

/** The dimension of a figure that a step tells of several sources apart. */
export const sourceDimension = 'source';
