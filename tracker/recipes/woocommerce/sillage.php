<?php
/**
 * Plugin Name: Sillage
 * Description: Sends visits and orders of this shop to your own Sillage collector. It sets no cookie.
 * Version: 1.0.0
 * Requires PHP: 7.4
 * Requires Plugins: woocommerce
 *
 * The folder has three files: this one, shop.js, and tracker.js (docs/recipes.md says where it comes from).
 * Put the address of your collector here, or into wp-config.php: define('SILLAGE_ENDPOINT', 'https://…/collect');
 */

defined('ABSPATH') || exit;
defined('SILLAGE_ENDPOINT') || define('SILLAGE_ENDPOINT', 'https://collect.your-shop.example/collect');

// Visits are counted by the consent that the visitor gave: WP Consent API.
add_filter('wp_consent_api_registered_' . plugin_basename(__FILE__), '__return_true');

/** An item as the tracker takes it: the price of one, VAT included. */
function sillage_item(WC_Product $product, int $quantity, float $price): array
{
    return [
        'item_id' => $product->get_sku() ?: (string) $product->get_id(),
        'item_name' => $product->get_name(),
        'price' => $price,
        'quantity' => $quantity,
    ];
}

/** An order that is shown to its buyer for the first time; none where it was told before. */
function sillage_purchase(): ?array
{
    $order = is_order_received_page() ? wc_get_order(absint(get_query_var('order-received'))) : false;
    $key = isset($_GET['key']) ? wc_clean(wp_unslash($_GET['key'])) : '';
    if (!$order || !hash_equals($order->get_order_key(), $key) || $order->has_status('failed')) {
        return null;
    }
    if ($order->get_meta('_sillage_told')) {
        return null;
    }
    $order->update_meta_data('_sillage_told', '1');
    $order->save_meta_data();
    $items = [];
    foreach ($order->get_items() as $line) {
        $product = $line->get_product();
        if ($product) {
            $items[] = sillage_item($product, $line->get_quantity(), (float) $order->get_item_total($line, true));
        }
    }
    return [
        'transaction_id' => (string) $order->get_order_number(),
        'value' => (float) $order->get_total(),
        'currency' => $order->get_currency(),
        'coupon' => implode(',', $order->get_coupon_codes()) ?: null,
        'items' => $items,
    ];
}

/** What happens on this page. */
function sillage_events(): array
{
    if (is_product()) {
        $product = wc_get_product(get_queried_object_id());
        $price = $product ? (float) wc_get_price_including_tax($product) : 0.0;
        return $product ? [['name' => 'view_item', 'ecommerce' => [
            'currency' => get_woocommerce_currency(),
            'value' => $price,
            'items' => [sillage_item($product, 1, $price)],
        ]]] : [];
    }
    $purchase = sillage_purchase();
    if ($purchase) {
        return [['name' => 'purchase', 'ecommerce' => $purchase]];
    }
    return is_checkout() && !is_order_received_page() ? [['name' => 'begin_checkout', 'ecommerce' => null]] : [];
}

add_action('wp_enqueue_scripts', function () {
    wp_enqueue_script('sillage-shop', plugins_url('shop.js', __FILE__), [], '1.0.0', false);
    wp_enqueue_script('sillage-tracker', plugins_url('tracker.js', __FILE__), ['sillage-shop'], '1.0.0', true);
    $shop = ['endpoint' => SILLAGE_ENDPOINT, 'events' => sillage_events()];
    // JSON_HEX_TAG: a product's name cannot end the script.
    wp_add_inline_script(
        'sillage-shop',
        'window.sillageShop = ' . wp_json_encode($shop, JSON_HEX_TAG | JSON_HEX_AMP) . ';',
        'before'
    );
});
