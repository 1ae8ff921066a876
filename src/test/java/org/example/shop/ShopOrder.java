package org.example.shop;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.Id;

@Entity
class ShopOrder {

    @Id
    @GeneratedValue
    private Long id;

    private String item;

    protected ShopOrder() {}

    ShopOrder(String item) {
        this.item = item;
    }

    Long id() {
        return id;
    }

    String item() {
        return item;
    }
}
