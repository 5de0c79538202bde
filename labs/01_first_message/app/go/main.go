// Lab 01. Create the topic `cities`, write each line of $LAB_DATA/cities.txt into it, read all of
// them back from the first one.
package main

import (
	"context"
	"log"
	"os"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
)

func readLines(name string) []string {
	text, err := os.ReadFile(os.Getenv("LAB_DATA") + "/" + name)
	if err != nil {
		log.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func newClient(options ...kgo.Opt) *kgo.Client {
	client, err := kgo.NewClient(append(options, kgo.SeedBrokers(os.Getenv("BOOTSTRAP")))...)
	if err != nil {
		log.Fatal(err)
	}
	return client
}

func createTopic(ctx context.Context, client *kgo.Client) {
	// TODO: kmsg.NewPtrCreateTopicsRequest() makes the request (package
	// github.com/twmb/franz-go/pkg/kmsg), its RequestWith(ctx, client) sends it and waits. The
	// answer has an ErrorCode for each topic.
}

func writeCities(ctx context.Context, client *kgo.Client, cities []string) {
	// TODO: client.ProduceSync(ctx, &kgo.Record{...})
}

func readCities(ctx context.Context, count int) {
	reader := newClient() // TODO: kgo.ConsumeTopics, and where to begin: kgo.ConsumeResetOffset
	defer reader.Close()
	// TODO: reader.PollFetches(ctx) until all have come
}

func main() {
	ctx := context.Background()
	cities := readLines("cities.txt")
	client := newClient()
	defer client.Close()
	createTopic(ctx, client)
	writeCities(ctx, client, cities)
	readCities(ctx, len(cities))
}
