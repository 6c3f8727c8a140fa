/** Channels as the lake names them (Google Analytics' own groups), and as the dashboard names them in French. */
export const frenchChannels: Readonly<Record<string, string>> = {
  Direct: 'Accès direct',
  'Cross-network': 'Multiréseau',
  'Paid Shopping': 'Shopping payant',
  'Paid Search': 'Recherche payante',
  'Paid Social': 'Réseaux sociaux payants',
  'Paid Video': 'Vidéo payante',
  'Paid Other': 'Autre payant',
  Display: 'Bannières',
  'Organic Shopping': 'Shopping gratuit',
  'Organic Social': 'Réseaux sociaux',
  'Organic Video': 'Vidéo',
  'Organic Search': 'Recherche naturelle',
  'AI Assistant': 'Assistant IA',
  Referral: 'Sites référents',
  Email: 'E-mail',
  Affiliates: 'Affiliation',
  Audio: 'Audio',
  SMS: 'SMS',
  'Mobile Push Notifications': 'Notifications',
  Unassigned: 'Non attribué',
  Influencer: 'Influenceurs',
};

/** Letters and digits alone, without accents and without the s of a plural. */
const spelling = (name: string): string =>
  name
    .normalize('NFD')
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .map((word) => word.replaceAll(/\p{M}/gu, '').replace(/s$/, ''))
    .join('');

const channels = new Map(
  Object.entries(frenchChannels).flatMap(([channel, french]) => [
    [spelling(french), channel],
    [spelling(channel), channel],
  ]),
);

/**
 * The channel that a person means, however it is spelled and in whichever language they read it: two spellings would be
 * two channels, one with the cost and one with the orders. Another name is a channel of the shop's own.
 */
export const asChannel = (name: string): string => channels.get(spelling(name)) ?? name;
