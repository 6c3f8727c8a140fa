import { lakeContract } from './lake.contract.ts';
import { memoryLake } from './memory-lake.ts';

lakeContract('memoryLake', async () => ({ lake: memoryLake(), dispose: async () => undefined }));
