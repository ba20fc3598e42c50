package network

import "net/netip"

// inner are the addresses that belong to a machine, a link or a cloud's own
// services: nothing that Argo CD fetches from lives there.
var inner = prefixes(
	"0.0.0.0/8",          // this host
	"127.0.0.0/8",        // loopback
	"169.254.0.0/16",     // link-local, among them most clouds' metadata
	"100.100.100.200/32", // Alibaba Cloud's metadata
	"168.63.129.16/32",   // Azure's host
	"192.0.0.192/32",     // Oracle Cloud's metadata
	"224.0.0.0/4",        // multicast
	"255.255.255.255/32", // broadcast
	"::/128", "::1/128", "fe80::/10", "ff00::/8",
	"fd00:ec2::/32", // Amazon's metadata
	"fd20:ce::/32",  // Google's metadata
	"2001:db8::/32", // documentation
	"100::/64",      // discarded
	"240.0.0.0/4",   // reserved
	"192.0.2.0/24",  // documentation
	"198.51.100.0/24", "203.0.113.0/24",
)

// private are addresses of a company's own network.
var private = prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "198.18.0.0/15", "fc00::/7", "fec0::/10")

// embedding are the networks whose addresses carry one of version 4, and where
// it begins.
var embedding = []struct {
	prefix netip.Prefix
	at     int
}{
	{netip.MustParsePrefix("64:ff9b::/96"), 12},
	{netip.MustParsePrefix("64:ff9b:1::/48"), 12},
	{netip.MustParsePrefix("2002::/16"), 2},
	{netip.MustParsePrefix("::/96"), 12},
}

// check gives an error for an address that this host may not have.
func (g *Guard) check(host string, a netip.Addr) error {
	for _, address := range forms(a) {
		switch {
		case contains(inner, address):
			return &RefusedError{host, address.String() + " is an address of this machine, its link or its cloud; allowed-hosts can allow the host"}
		case !contains(private, address):
		case g.options.DenyPrivate:
			return &RefusedError{host, address.String() + " is an address of a private network, which deny-private-networks refuses"}
		case g.options.Known != nil && !matches(g.options.Known, host):
			return &RefusedError{host, address.String() + " is an address of a private network, and no file of the base revision names the host"}
		}
	}
	return nil
}

// forms gives an address without its zone, and the one that it embeds.
func forms(a netip.Addr) []netip.Addr {
	a = a.Unmap().WithZone("")
	list := []netip.Addr{a}
	if a.Is4() {
		return list
	}
	bytes := a.As16()
	for _, e := range embedding {
		if e.prefix.Contains(a) && a != netip.IPv6Loopback() {
			list = append(list, netip.AddrFrom4([4]byte(bytes[e.at:e.at+4])))
		}
	}
	return list
}

func contains(list []netip.Prefix, a netip.Addr) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, p := range list {
		out[i] = netip.MustParsePrefix(p)
	}
	return out
}
