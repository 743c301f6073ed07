/* On a Leaflet map: places that can be switched on, and "Locate me". Both stay in this browser.
 *
 * homegroundWhere(map, {layers: [{label, letter, points: [[lat, lon, name], ...]}], locate: true|false}).
 * The map does not move to a position that was found: what it asked the portal for then would tell where somebody stands.
 */
(function () {
  'use strict';

  var KEPT = 'hg-places';

  function chosen() {
    try { return JSON.parse(window.sessionStorage.getItem(KEPT)) || []; } catch (e) { return []; }
  }
  function keep(labels) {
    try { window.sessionStorage.setItem(KEPT, JSON.stringify(labels)); } catch (e) { /* a browser that keeps nothing begins anew */ }
  }

  function groupOf(layer) {
    return L.layerGroup(layer.points.map(function (point) {
      var mark = document.createElement('span'), words = document.createElement('span');
      mark.textContent = layer.letter;
      words.textContent = point[2];
      return L.marker([point[0], point[1]], {
        icon: L.divIcon({ html: mark, className: 'hg-place', iconSize: [18, 18] }), keyboard: false, alt: point[2]
      }).bindTooltip(words, { className: 'hg-tip' });
    }));
  }

  function places(map, layers) {
    var on = chosen(), control = L.control({ position: 'topright' });
    control.onAdd = function () {
      var box = L.DomUtil.create('div', 'hg-places-box'), button = L.DomUtil.create('button', '', box);
      var list = L.DomUtil.create('div', '', box);
      button.type = 'button';
      button.textContent = 'Places';
      function show(open) { list.style.display = open ? 'block' : 'none'; button.setAttribute('aria-expanded', String(open)); }
      show(false);
      L.DomEvent.on(button, 'click', function () { show(list.style.display === 'none'); });
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      layers.forEach(function (layer) {
        var group = groupOf(layer), label = L.DomUtil.create('label', '', list), tick = L.DomUtil.create('input', '', label);
        tick.type = 'checkbox';
        tick.checked = on.indexOf(layer.label) >= 0;
        label.appendChild(document.createTextNode(' ' + layer.label + ' (' + layer.points.length + ')'));
        if (tick.checked) { group.addTo(map); }
        L.DomEvent.on(tick, 'change', function () {
          if (tick.checked) { group.addTo(map); } else { group.remove(); }
          on = on.filter(function (one) { return one !== layer.label; }).concat(tick.checked ? [layer.label] : []);
          keep(on);
        });
      });
      return box;
    };
    control.addTo(map);
  }

  var TOWARDS = ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'];

  function far(metres) {
    return metres < 1000 ? Math.max(10, Math.round(metres / 10) * 10) + ' m' : (metres / 1000).toFixed(metres < 10000 ? 1 : 0) + ' km';
  }

  function beyond(map, here) {
    var bounds = map.getBounds(), middle = bounds.getCenter();
    var nearest = L.latLng(
      Math.min(bounds.getNorth(), Math.max(bounds.getSouth(), here.lat)), Math.min(bounds.getEast(), Math.max(bounds.getWest(), here.lng))
    );
    var north = here.lat - middle.lat, east = (here.lng - middle.lng) * Math.cos(middle.lat * Math.PI / 180);
    var turn = Math.round(Math.atan2(east, north) / (Math.PI / 4));
    return 'You are off this map, ' + far(map.distance(nearest, here)) + ' to the ' + TOWARDS[(turn + 8) % 8] + ' of it.';
  }

  function locate(map) {
    var group = L.layerGroup().addTo(map), control = L.control({ position: 'bottomleft' });
    control.onAdd = function () {
      var box = L.DomUtil.create('div', 'hg-locate'), button = L.DomUtil.create('button', '', box), said = L.DomUtil.create('p', '', box);
      button.type = 'button';
      button.textContent = 'Locate me';
      said.setAttribute('role', 'status');
      L.DomEvent.disableClickPropagation(box);
      function say(words) { said.textContent = words; said.style.display = words ? 'block' : 'none'; }
      say('');
      L.DomEvent.on(said, 'click', function () { say(''); });
      L.DomEvent.on(button, 'click', function () {
        if (!window.isSecureContext || !navigator.geolocation) {
          say('A browser tells a page its position over https alone. Open the portal by its https address.');
          return;
        }
        say('Looking for your position \u2026');
        navigator.geolocation.getCurrentPosition(function (found) {
          var here = L.latLng(found.coords.latitude, found.coords.longitude), about = found.coords.accuracy;
          group.clearLayers();
          L.circle(here, { radius: about, interactive: false, className: 'hg-about' }).addTo(group);
          L.marker(here, { icon: L.divIcon({ className: 'hg-here', iconSize: [18, 18] }), interactive: false, keyboard: false }).addTo(group);
          say(map.getBounds().contains(here) ? 'You are at the ringed dot, to within ' + far(about) + '.' : beyond(map, here));
        }, function (error) {
          group.clearLayers();
          say(error.code === 1
            ? 'Your browser keeps your position from this page. Allow location for this site in its settings, then press again.'
            : 'Your position could not be found. Try again in the open, or with location switched on.');
        }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 });
      });
      return box;
    };
    control.addTo(map);
  }

  window.homegroundWhere = function (map, given) {
    if (given.layers.length) { places(map, given.layers); }
    if (given.locate) { locate(map); }
  };
})();
