import { dayMs, seasonality } from '../market/calendar.ts';
import { allProducts } from '../market/catalogue.ts';
import { Dice, keyOf } from '../market/dice.ts';
import type { Market } from '../market/market.ts';
import type { Lane } from '../people/scan.ts';
import { rates } from './dirt.ts';
import { tailOf } from './envelope.ts';
import type { Envelope } from './envelope.ts';
import { allCategories, categoryPage, home, productPage, shop } from './pages.ts';
import { send } from './send.ts';
import { bots } from './user-agents.ts';
import type { Wire } from './wire.ts';

const botPages = [home, ...allCategories.map(categoryPage), ...allProducts.map(productPage)];
const pagesOfABot = 6;

const botDice = new Dice({ high: 0, low: 0 }, 0);

/** The bots of a day and lane; they come from data centres, all day alike. */
export function sendBots(wire: Wire, market: Market, { lane, of }: Lane): void {
  const { world } = market;
  const sender = { wire, market, dice: botDice };
  const crawls = Math.round((world.eventsPerDay * seasonality(wire.day) * rates.bot * world.dirt) / pagesOfABot);
  for (let crawl = lane; crawl < crawls; crawl += of) {
    const dice = botDice.seed(keyOf(world.seed ^ 0xb075, wire.day, crawl), 1);
    const bot = bots.at(dice.next());
    const envelope: Envelope = {
      visitorId: bot.headless ? dice.uuid() : undefined,
      tail: tailOf(
        bot.userAgent,
        `${dice.pick(['66.249', '54.36', '20.171', '40.77', '185.191'])}.${dice.int(256)}.${1 + dice.int(254)}`,
        bot.screen,
        'en-US',
        bot.headless,
      ),
      offset: 0,
      zone: '+00:00',
      skew: 0,
      lateness: 0,
      bot: true,
      shopOf: () => shop,
    };
    let time = wire.day * dayMs + dice.int(dayMs - 300_000);
    for (let pages = 2 + dice.int(pagesOfABot * 2 - 3); pages > 0; pages -= 1) {
      const page = botPages[dice.int(botPages.length)] ?? home;
      send(sender, envelope, {
        step: { name: 'page_view', page, query: '', ecommerce: 'null', wait: 0 },
        referrer: '',
        customer: 'null',
        time,
      });
      time += 300 + dice.int(4000);
    }
  }
}
