// franz-go: its partitioner is Java's already. All orders are sent at once; the records have their
// places when the flush is over.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/twmb/franz-go/pkg/kgo"
)

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	ctx := context.Background()
	client, err := kgo.NewClient(kgo.SeedBrokers(os.Getenv("BOOTSTRAP")))
	check(err)
	defer client.Close()
	file, err := os.Open(os.Getenv("LAB_DATA") + "/orders.txt")
	check(err)
	defer file.Close()

	var orders []*kgo.Record
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.SplitN(lines.Text(), "\t", 2)
		orders = append(orders,
			&kgo.Record{Topic: "orders", Key: []byte(fields[0]), Value: []byte(fields[1])})
	}
	check(client.ProduceSync(ctx, orders...).FirstErr())

	var receipts []*kgo.Record
	for _, order := range orders {
		place := fmt.Sprintf("%d/%d", order.Partition, order.Offset)
		receipts = append(receipts,
			&kgo.Record{Topic: "receipts", Key: order.Key, Value: []byte(place)})
	}
	check(client.ProduceSync(ctx, receipts...).FirstErr())
}
