// WooCommerce: tells the tracker what the plugin beside this file knows of the page (window.sillageShop). See docs/recipes.md.
(function (shop) {
  window.sillage =
    window.sillage ||
    function () {
      (window.sillage.q = window.sillage.q || []).push(arguments);
    };
  const tell = (...call) => window.sillage(...call);

  // The choice as plugins of the WP Consent API keep it; undefined until it is made.
  const kept = (purpose) => new RegExp(`(?:^|; )wp_consent_${purpose}=(allow|deny)`).exec(document.cookie)?.[1];
  const choice = { analytics: kept('statistics'), ads: kept('marketing') };
  const decide = () => {
    if (choice.analytics === undefined) return;
    tell('consent', { analytics: choice.analytics === 'allow', ads: choice.ads === 'allow' });
  };

  tell('init', { endpoint: shop.endpoint });
  decide();
  document.addEventListener('wp_listen_for_consent_change', ({ detail }) => {
    choice.analytics = detail.statistics ?? choice.analytics;
    choice.ads = detail.marketing ?? choice.ads;
    decide();
  });
  for (const { name, ecommerce } of shop.events) tell(name, ecommerce);
})(window.sillageShop);
